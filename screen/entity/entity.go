// Package entity tells corporate subscribers from individual ones, as the Privacy and
// Electronic Communications Regulations 2003 of the United Kingdom divide them: by the
// number in the companies' register, the legal form, and the words of a company's name.
package entity
